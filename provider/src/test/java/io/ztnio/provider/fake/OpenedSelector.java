package io.ztnio.provider.fake;

import io.ztnio.provider.ZeroTierSelectorProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Selector;

/** A selector of our provider with networks, for classes that open one while they are initialised. */
public final class OpenedSelector {
    private OpenedSelector() {}

    public static void openAndClose() {
        try (Selector selector = new ZeroTierSelectorProvider(new FakeNetworks()).openSelector()) {
            selector.wakeup();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
