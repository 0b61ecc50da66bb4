package io.ztnio.it.programs;

import java.nio.channels.spi.SelectorProvider;

/** Prints the class of the process's {@code SelectorProvider}. No arguments. */
public final class ProviderName {
    private ProviderName() {}

    public static void main(String[] args) {
        System.out.println(SelectorProvider.provider().getClass().getName());
    }
}
