package io.ztnio.tcpip.ip;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AddressHashTest {
    /** The example of the SipHash paper, and the first values of its reference vectors. */
    @Test
    void theHashIsSipHash24() {
        AddressHash hash = new AddressHash(0x0706_0504_0302_0100L, 0x0f0e_0d0c_0b0a_0908L);
        byte[] bytes = new byte[15];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
        }

        assertThat(hash.hash(bytes)).isEqualTo(0xa129_ca61_49be_45e5L);
        assertThat(hash.hash(new byte[0])).isEqualTo(0x726f_db47_dd0e_0e31L);
        assertThat(hash.hash(new byte[] {0, 1, 2, 3, 4, 5, 6, 7})).isEqualTo(0x93f5_f579_9a93_2462L);
    }
}
