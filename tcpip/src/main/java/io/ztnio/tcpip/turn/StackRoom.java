package io.ztnio.tcpip.turn;

/**
 * Whether a thread has stack left. Who enters a gate has to be able to leave it, so it is looked at before: inside, what leaves
 * would run out of it as anything else does.
 *
 * <p>Thread: stateless.
 */
final class StackRoom {
    /** Together some 2 KiB of compiled code, more if it is interpreted: more than it takes to leave a gate. About 50 ns. */
    private static final int FRAMES = 16;

    /**
     * What the engine's work for a datagram takes. A thread that ran out of it inside would cost others their connections. About
     * 400 ns.
     */
    private static final int WORK_FRAMES = 128;

    private StackRoom() {}

    /** Whether there are some KiB; throws nothing. */
    static boolean isLeft() {
        return isLeft(FRAMES);
    }

    /** Whether there is enough to do an engine's work; throws nothing. */
    static boolean isLeftForWork() {
        return isLeft(WORK_FRAMES);
    }

    private static boolean isLeft(int frames) {
        try {
            return descend(frames, 1, 2, 3, 4, 5, 6, 7, 8) != 0;
        } catch (StackOverflowError e) {
            return false;
        }
    }

    /** As {@link #isLeft}, but throws if there is not. */
    static void check() {
        descend(FRAMES, 1, 2, 3, 4, 5, 6, 7, 8);
    }

    /** The numbers are wanted after the call, so that each frame keeps them. */
    private static long descend(int frames, long a, long b, long c, long d, long e, long f, long g, long h) {
        if (frames == 0) {
            return 1;
        }
        long below = descend(frames - 1, b, c, d, e, f, g, h, a);
        return below + (a ^ b ^ c ^ d ^ e ^ f ^ g ^ h) + frames;
    }
}
