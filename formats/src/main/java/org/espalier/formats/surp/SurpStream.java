package org.espalier.formats.surp;

/** An encoded network and what it cost. */
public record SurpStream(byte[] bytes, SurpReport report) {}
