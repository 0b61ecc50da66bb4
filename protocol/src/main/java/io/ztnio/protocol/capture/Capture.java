package io.ztnio.protocol.capture;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a capture file holds, as far as it can be read. Immutable.
 *
 * @param datagrams in the file's order
 * @param packets all that the file holds, of every protocol
 * @param skipped how many of them have a link type that is not understood, by its number
 * @param cutShort UDP datagrams of which the capture holds only the beginning
 * @param damaged whether the file ends in the middle of a record, or holds one that is malformed: what follows is left out
 */
public record Capture(
        List<UdpDatagram> datagrams, int packets, SortedMap<Integer, Integer> skipped, int cutShort, boolean damaged) {
    public Capture {
        datagrams = List.copyOf(datagrams);
        skipped = Collections.unmodifiableSortedMap(new TreeMap<>(skipped));
    }
}
