package shaded.io.netty.channel.uring;

import io.ztnio.provider.fake.OpenedSelector;

/** The same in a copy of Netty under another package name. */
public final class Native {
    static {
        OpenedSelector.openAndClose();
    }

    private Native() {}

    /** Has the class initialised. */
    public static void load() {}
}
