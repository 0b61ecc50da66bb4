package io.ztnio.provider.contract;

import io.ztnio.provider.runtime.LoopbackPlanet;
import io.ztnio.provider.runtime.LoopbackPlanet.Member;
import java.io.IOException;

/**
 * Two nodes of one ZeroTier network, with a planet of their own, that meet on the loopback interface: one for who connects,
 * one for who listens. They start with the first test that asks and last as long as the process, for all of its tests.
 */
final class ZeroTierPeers {
    static final Member CLIENT;
    static final Member SERVER;

    static {
        try {
            LoopbackPlanet planet = LoopbackPlanet.start();
            Runtime.getRuntime().addShutdownHook(new Thread(planet::close, "planet's end"));
            CLIENT = planet.join();
            SERVER = planet.join();
        } catch (IOException e) {
            throw new ExceptionInInitializerError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ExceptionInInitializerError(e);
        }
    }

    private ZeroTierPeers() {}
}
