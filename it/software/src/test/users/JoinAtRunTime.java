import io.ztnio.provider.ZeroTier;
import io.ztnio.provider.ZeroTierEvent;
import io.ztnio.provider.config.NetworkSettings;
import java.nio.file.Path;
import java.time.Duration;

/** An instance on an ad-hoc network, for web servers, which joins another one and leaves it. */
public final class JoinAtRunTime {
    private JoinAtRunTime() {}

    public static void main(String[] arguments) throws Exception {
        try (ZeroTier zt = ZeroTier.builder()
                .network("ff00500050000000")
                .home(Path.of("/var/lib/app"))
                .build()) {
            System.out.println("before " + zt.networks().size());
            zt.addListener(event -> {
                if (event instanceof ZeroTierEvent.NetworkChanged change) {
                    System.out.println(change.network().id() + " is " + change.network().state());
                }
            });
            zt.join("NETWORK_ID");
            zt.up(Duration.ofSeconds(30));
            zt.configure("NETWORK_ID", NetworkSettings.DEFAULT.with(NetworkSettings.ALLOW_GLOBAL, true));
            zt.leave("NETWORK_ID");
            System.out.println("left " + zt.networks().size());
        }
        System.out.println("done");
    }
}
