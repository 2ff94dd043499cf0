package org.espalier.data.catalog;

import java.net.URI;
import java.util.List;

/**
 * A published file that is known in every bit.
 *
 * @param size in bytes
 * @param algorithm of the checksum, {@code SHA-256} or, where the publisher gives no other, {@code
 *     MD5}
 * @param checksum in lower-case hexadecimal
 * @param addresses where it can be had, the best one first
 */
record RemoteFile(String name, long size, String algorithm, String checksum, List<URI> addresses) {

  RemoteFile {
    addresses = List.copyOf(addresses);
  }
}
