package io.ztnio.provider.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** As OpenJDK's test DatagramChannel/Unref counts; the JDK's own provider is the oracle. */
@EnabledOnOs(OS.LINUX)
class DescriptorsTest {
    @Test
    void withoutNetworksASelectorOpensNothingAtTheFirstRegistrationAndForgottenChannelsCostNothing() throws Exception {
        ChildProgram.Result jdk = ChildProgram.run(DescriptorsProgram.class, List.of());
        ChildProgram.Result passThrough = ChildProgram.run(DescriptorsProgram.class, List.of(ChildProgram.PROVIDER));

        assertThat(jdk.output()).contains("registering 3 channels: +3", "forgotten channels: +0");
        assertThat(passThrough).isEqualTo(jdk);
    }
}
