package io.ztnio.provider.dns;

import java.net.InetAddress;

/**
 * Something to send.
 *
 * @param stream whether over TCP
 * @param message without the length that TCP has in front of it
 */
@SuppressWarnings("ArrayRecordComponent") // read once, compared never
record DnsSend(InetAddress server, boolean stream, byte[] message) {}
