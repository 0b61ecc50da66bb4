package io.ztnio.provider.names;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class FamiliesTest {
    private static List<InetAddress> ips(String... literals) throws IOException {
        return List.of(InetAddress.getByName(literals[0]), InetAddress.getByName(literals[1]));
    }

    @Test
    void thePolicyOfTheLookupChoosesAndOrders() throws IOException {
        List<InetAddress> both = ips("fd00::1", "10.0.0.1");

        assertThat(Families.ofCharacteristics(1).select(both)).containsExactly(both.get(1));
        assertThat(Families.ofCharacteristics(2).select(both)).containsExactly(both.get(0));
        assertThat(Families.ofCharacteristics(1 | 2).select(both)).isEqualTo(both);
        assertThat(Families.ofCharacteristics(1 | 2 | 4).select(both)).containsExactly(both.get(1), both.get(0));
        assertThat(Families.ofCharacteristics(1 | 2 | 8).select(both)).isEqualTo(both);
    }
}
