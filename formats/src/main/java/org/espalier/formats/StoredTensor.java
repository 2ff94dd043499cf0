package org.espalier.formats;

/**
 * What one tensor of a network takes in a file.
 *
 * @param name of the parameter
 * @param encoding how it is written, for people
 * @param bytes all it takes, without the header's share
 * @param maskBytes those among them that say where its weights are; 0 where nothing does, or where
 *     positions and values are coded together
 */
public record StoredTensor(String name, String encoding, long bytes, long maskBytes) {}
