package io.ztnio.protocol.transport;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Room for what one call receives ({@code recvmmsg(2)}). An {@code mmsghdr} is (64 bytes) a {@code msghdr}, the length received,
 * and four bytes that nobody uses.
 *
 * <p>Thread: belongs to one thread.
 */
final class MessageVector {
    private static final int LENGTH = 64;
    private static final int RECEIVED = Message.LENGTH;

    private final MemorySegment vector;
    private final Message[] messages;
    private final MemorySegment callState;

    /** Those from here on are as {@link Message#expect} leaves them. */
    private int used;

    /**
     * @param count of messages
     * @param dataLength bytes of each: datagrams that the system has joined come as one
     */
    MessageVector(Arena arena, int count, int dataLength) {
        vector = arena.allocate((long) count * LENGTH, Long.BYTES);
        callState = LinuxSockets.newCallState(arena);
        messages = new Message[count];
        for (int i = 0; i < count; i++) {
            messages[i] = new Message(arena, dataLength, vector.asSlice((long) i * LENGTH, Message.LENGTH));
        }
        used = count;
    }

    /**
     * Receives what has come, without waiting.
     *
     * @return how many messages: as many as there is room for, or all there were; -1 if there was none, then {@link #errno} says why
     */
    int receive(int fd) {
        for (int i = 0; i < used; i++) {
            messages[i].expect();
        }
        int count = LinuxSockets.receiveMessages(callState, fd, vector, messages.length);
        used = Math.max(count, 0);
        return count;
    }

    int capacity() {
        return messages.length;
    }

    Message at(int index) {
        return messages[index];
    }

    /** Bytes that a message has received. */
    int length(int index) {
        return vector.get(ValueLayout.JAVA_INT, (long) index * LENGTH + RECEIVED);
    }

    int errno() {
        return LinuxSockets.errno(callState);
    }
}
