package io.ztnio.provider.capture;

import io.ztnio.tcpip.EphemeralPorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Which ports the operating system gives to sockets that choose none. Stateless. */
final class HostPorts {
    /** Linux: first and last, and white space (ip-sysctl, ip_local_port_range). */
    private static final Path LINUX = Path.of("/proc/sys/net/ipv4/ip_local_port_range");

    private HostPorts() {}

    /** Those of this machine; where it does not say, Linux's own. */
    static EphemeralPorts look() {
        return read(LINUX);
    }

    /** What a file says; the default if there is none, or nothing of sense in it. */
    static EphemeralPorts read(Path file) {
        try {
            String[] range = Files.readString(file).strip().split("\\s+", -1);
            return new EphemeralPorts(Integer.parseInt(range[0]), Integer.parseInt(range[1]));
        } catch (IOException | RuntimeException e) {
            // Other systems, containers that hide it: the range is a courtesy.
            return EphemeralPorts.DEFAULT;
        }
    }
}
