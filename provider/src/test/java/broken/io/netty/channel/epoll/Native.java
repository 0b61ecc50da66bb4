package broken.io.netty.channel.epoll;

import io.ztnio.provider.fake.OpenedSelector;

/** The same where there is no library for the machine. */
public final class Native {
    static {
        OpenedSelector.openAndClose();
        fail();
    }

    private Native() {}

    private static void fail() {
        throw new UnsatisfiedLinkError("no such library");
    }

    /** Has the class initialised. */
    public static void load() {}
}
