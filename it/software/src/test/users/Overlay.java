import io.ztnio.provider.ZeroTier;
import java.net.InetAddress;
import java.time.Duration;

/** Instances that are members of one network in the memory of this process. */
final class Overlay {
    private Overlay() {}

    static ZeroTier up(String address) throws Exception {
        ZeroTier zt = ZeroTier.builder()
                .network("00000000cafe2001")
                .set("transport", "overlay-memory")
                .set("overlay.addresses", address + "/24")
                .build();
        zt.up(Duration.ofSeconds(60));
        return zt;
    }

    /** The address that it was given. */
    static InetAddress address(ZeroTier zt) {
        return zt.addresses().stream()
                .filter(address -> address.getHostAddress().startsWith("10."))
                .findFirst()
                .orElseThrow();
    }
}
