package io.ztnio.provider.runtime;

import io.ztnio.protocol.controller.Controller;
import io.ztnio.protocol.controller.MemberDefinition;
import io.ztnio.protocol.controller.NetworkDefinition;
import io.ztnio.protocol.controller.api.Answer;
import io.ztnio.protocol.controller.api.ControllerApi;
import io.ztnio.provider.service.ServedController;
import io.ztnio.tcpip.turn.EngineClock;
import io.ztnio.tcpip.turn.NodeDriver;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * What an engine does as a controller: the networks of its own, and who is let into them.
 *
 * <p>Thread: thread-safe; what has a result waits for the engine's gate.
 */
public final class EngineController {
    private static final System.Logger LOG = System.getLogger("io.ztnio.engine");

    private final Controller controller;
    private final NodeDriver driver;
    private final EngineClock clock;

    EngineController(Controller controller, NodeDriver driver, EngineClock clock) {
        this.controller = controller;
        this.driver = driver;
        this.clock = clock;
    }

    /**
     * Defines a network of our own, or replaces its definition; members are told.
     *
     * @throws IllegalArgumentException if the network's id does not start with our address
     */
    public void define(NetworkDefinition definition) {
        driver.gate().run(now -> controller.put(definition, clock.millis(now)));
    }

    /**
     * As {@link #define(NetworkDefinition)}, of a network whose members are known: they are let in, and whoever else was let into
     * a private network before is put out.
     */
    public void define(NetworkDefinition definition, Set<Long> members) {
        driver.call(now -> {
            controller.put(definition, members, clock.millis(now));
            return null;
        });
    }

    /** Serves a network of ours no longer; its members are remembered. */
    public void withdraw(long networkId) {
        driver.gate().run(now -> controller.withdraw(networkId));
    }

    /** The networks of ours that are served. */
    public List<NetworkDefinition> definitions() {
        return driver.call(now -> controller.networks());
    }

    /** Lets a member into a private network of ours. */
    public void authorize(long networkId, long member) {
        driver.gate().run(now -> controller.authorize(networkId, member, clock.millis(now)));
    }

    /** Shuts a member out; the others are told at once. */
    public void deauthorize(long networkId, long member) {
        driver.gate().run(now -> controller.deauthorize(networkId, member, clock.millis(now)));
    }

    /** The members of a network of ours, those who were refused among them. */
    public List<MemberDefinition> members(long networkId) {
        return driver.call(now -> controller.members(networkId));
    }

    /** Does something with the controller inside the gate; what it is given with it is the time in epoch milliseconds. */
    public <T> T call(BiFunction<Controller, Long, T> action) {
        return driver.call(now -> action.apply(controller, clock.millis(now)));
    }

    /** As the local API serves it. */
    ServedController served() {
        return new ServedController() {
            @Override
            public Answer handle(String method, List<String> segments, String body, long nowMillis) {
                // Told outside of the gate.
                List<String> warnings = new ArrayList<>();
                Answer answer = driver.call(now -> api(warnings).handle(method, segments, body, nowMillis));
                warnings.forEach(warning -> LOG.log(System.Logger.Level.WARNING, warning));
                return answer;
            }

            @Override
            public Answer handleUnstable(String method, List<String> segments) {
                return driver.call(now -> api(List.of()).handleUnstable(method, segments));
            }

            private ControllerApi api(List<String> warnings) {
                return new ControllerApi(controller, warnings::add);
            }
        };
    }
}
