/** Installs the provider of {@code ztnio.jar} without a flag, when both jars are on the module path. */
module io.ztnio.autoinstall {
    requires io.ztnio;

    provides java.nio.channels.spi.SelectorProvider with
            io.ztnio.autoinstall.InstalledProvider;
    provides java.nio.channels.spi.AsynchronousChannelProvider with
            io.ztnio.autoinstall.InstalledAsynchronousProvider;
}
