package io.netty.channel.epoll;

import io.ztnio.provider.fake.OpenedSelector;

/** Does what Netty's class of this name does first: it opens a selector, and then loads its library. */
public final class Native {
    static {
        OpenedSelector.openAndClose();
    }

    private Native() {}

    /** Has the class initialised. */
    public static void load() {}
}
