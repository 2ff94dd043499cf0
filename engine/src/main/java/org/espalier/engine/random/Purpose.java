package org.espalier.engine.random;

/** What a random stream is for: changing one use leaves the bits of all the others alone. */
public enum Purpose {
  INITIALISATION,
  ORDER,
  AUGMENTATION,
  TOPOLOGY,
  DROPOUT,
  DATA
}
