package io.ztnio.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.Vectors;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SocketAddressFieldTest {
    @Test
    void readsAndWritesAsTheReferenceDoes() {
        for (var vector : Vectors.list("vectors/primitives.json", "inetAddresses")) {
            String text = (String) vector.get("text");
            ByteReader reader = new ByteReader(Vectors.hex(vector.get("serialized")));
            ByteWriter writer = new ByteWriter(SocketAddressField.MAX_LENGTH);

            InetSocketAddress address = SocketAddressField.read(reader);
            SocketAddressField.write(writer, address);

            assertThat(SocketAddressField.format(address)).isEqualTo(text);
            assertThat(SocketAddressField.parse(text)).contains(address);
            assertThat(Vectors.hex(writer.toByteArray())).isEqualTo(vector.get("serialized"));
            assertThat(SocketAddressField.length(address)).isEqualTo(writer.length());
            assertThat(reader.ok()).isTrue();
            assertThat(reader.remaining()).isZero();
        }
    }

    @Test
    void readsAndWritesSeveralInARow() {
        byte[] encoded = Vectors.hex("040a00000127090620010db800000000000000000000000101bb00");
        ByteReader reader = new ByteReader(encoded);
        ByteWriter writer = new ByteWriter(encoded.length);

        for (String text : new String[] {"10.0.0.1/9993", "2001:db8::1/443", ""}) {
            InetSocketAddress address = SocketAddressField.read(reader);
            SocketAddressField.write(writer, address);
            assertThat(SocketAddressField.format(address)).isEqualTo(text);
        }

        assertThat(reader.ok()).isTrue();
        assertThat(writer.toByteArray()).isEqualTo(encoded);
    }

    @Test
    void skippingEndsWhereReadingDoes() {
        for (int type = 0; type <= 8; type++) {
            for (int length = 0; length <= 24; length++) {
                byte[] encoded = new byte[length];
                Arrays.fill(encoded, (byte) 3);
                if (length > 0) {
                    encoded[0] = (byte) type;
                }
                if (length > 1) {
                    encoded[1] = 0;
                }
                ByteReader read = new ByteReader(encoded);
                ByteReader skipped = new ByteReader(encoded);

                SocketAddressField.read(read);
                SocketAddressField.skip(skipped);

                assertThat(skipped.ok()).as("type %s of %s bytes", type, length).isEqualTo(read.ok());
                assertThat(skipped.position()).isEqualTo(read.position());
            }
        }
    }

    @Test
    void leavesMappedAddressesIpv6() {
        byte[] encoded = Vectors.hex("0600000000000000000000ffff0a0000012709");
        ByteWriter writer = new ByteWriter(SocketAddressField.MAX_LENGTH);

        InetSocketAddress address = SocketAddressField.read(new ByteReader(encoded));
        SocketAddressField.write(writer, address);

        assertThat(address.getAddress()).isInstanceOf(Inet6Address.class);
        assertThat(writer.toByteArray()).isEqualTo(encoded);
    }

    @ParameterizedTest
    @ValueSource(strings = {"00", "01112233445566", "02112233445566", "0300021122", "030000"})
    void skipsTypesThatAreNotIp(String hex) {
        ByteReader reader = new ByteReader(Vectors.hex(hex));

        assertThat(SocketAddressField.read(reader)).isNull();
        assertThat(reader.ok()).isTrue();
        assertThat(reader.remaining()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "05", "07", "ff00", "04010203", "0401020304ff", "0600", "01", "0300", "030001"})
    void failsForMalformedEncodings(String hex) {
        ByteReader reader = new ByteReader(Vectors.hex(hex));

        assertThat(SocketAddressField.read(reader)).isNull();
        assertThat(reader.ok()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost/1",
                "1.2.3/4",
                "1.2.3.4.5/6",
                "1.2.3.256/1",
                "::g/1",
                "1.2.3.4/65536",
                "1.2.3.4/-1",
                "::1%lo/1",
                "fe80:::1/1",
                "",
                "/1",
                "[::1]/1"
            })
    void refusesMalformedText(String text) {
        assertThat(SocketAddressField.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "1::1,1::1/0",
        "1:0:0:2:0:0:0:3,1:0:0:2::3/0",
        "2001:db8:0:1:1:1:1:1,2001:db8:0:1:1:1:1:1/0",
        "1::,1::/0"
    })
    void writesTheShortestIpv6Text(String text, String canonical) {
        assertThat(SocketAddressField.format(SocketAddressField.parse(text).orElseThrow()))
                .isEqualTo(canonical);
    }
}
