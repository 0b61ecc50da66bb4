package io.ztnio.tcpip.packetdrill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.tcpip.packetdrill.Outcome.Kind;
import io.ztnio.tcpip.packetdrill.script.ScriptError;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The interpreter itself: what it reads, that it finds differences where they are, and that it comes to an end. */
class InterpreterTest {
    private static final long SEED = 42;

    /** Lines 1 to 7: a connection that is accepted. */
    private static final String ACCEPTED = """
            0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
            +0 bind(3, ..., ...) = 0
            +0 listen(3, 1) = 0
            +0 < S 0:0(0) win 32000 <mss 1000,sackOK>
            +0 > S. 0:0(0) ack 1 <mss 1460,nop,nop,sackOK>
            +.1 < . 1:1(0) ack 1 win 32000
            +0 accept(3, ..., ...) = 4
            """;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    +0 < Q 0:0(0) win 1           | line 8, column 6: there is no flag Q
                    +0 < . 1:5(3) ack 1           | line 8, column 8: from 1 to 5 is not a length of 3
                    +0 < . 1:1(0) ack 1 win 70000 | line 8, column 25: a window of 70000 is not within 0 to 65535
                    +0 < . 1:1(0) <mss 1          | line 8, column 21: expected ">", not the end of the script
                    +0 < . 1:1(0) <msss 1>        | line 8, column 16: there is no option msss
                    +0 write(4, ..., 5)           | line 8, column 20: expected "=", not the end of the script
                    +0 write(4, ..., 5 = 5        | line 8, column 20: expected ")", not "="
                    +x write(4, ..., 5) = 5       | line 8, column 2: expected a time in seconds, not "x"
                    +0 = 5                        | line 8, column 4: expected a packet, a system call, a command or code, not "="
                    +0...1 > . 1:1(0)             | line 8, column 8: expected a system call behind its end time, not ">"
                    +.5~+.4 > . 1:1(0)            | line 8, column 5: a time range ends before it begins
                    +0 `sysctl                    | line 8, column 4: ` has no `
                    +0 %{ assert 1                | line 8, column 4: %{ has no }%
                    """)
    void whatIsNotInTheLanguageIsToldWithItsPlace(String line, String message) {
        assertThatThrownBy(() -> run(ACCEPTED + line))
                .isInstanceOf(ScriptError.class)
                .hasMessage(message);
    }

    @Test
    void conditionsWithoutAnEndAreTold() {
        assertThatThrownBy(() -> run("#ifdef X\n" + ACCEPTED)).hasMessageContaining("#ifdef has no #endif");
        assertThatThrownBy(() -> run(ACCEPTED + "#endif")).hasMessageContaining("line 8, column 1: #endif without");
        assertThatThrownBy(() -> run(" // nothing")).hasMessageContaining("expected an event");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    +0 > . 1:1(0) ack 1                | expected > . 1:1(0) ack 1, nothing was sent
                    * > . 1:1(0) ack 1                 | expected > . 1:1(0) ack 1, nothing was sent
                    +0 read(4, ..., 9) = 5             | read blocks
                    +0 accept(3, ..., ...) = 5         | accept blocks
                    +0 write(9, ..., 5) = 5            | expected write = 5, it is -1 EBADF
                    +0 close(4) = -1 EINVAL            | expected close = -1 EINVAL, it is 0
                    +0 %{ assert 3 < 2, 'why' }%       | not 3 < 2, 'why' (why)
                    +0 %{ assert tcpi_state == 4 }%    | not tcpi_state == 4 ()
                    +0 %{ assert }%                    | code that is not understood: assert
                    +0 %{ a b }%                       | code that is not understood: a b
                    +0 ioctl(4, SIOCINQ, [1]) = 0      | expected SIOCINQ 1, it is 0
                    +0 getsockopt(4, SOL_TCP, TCP_NODELAY, [1], [4]) = 0 | expected TCP_NODELAY 1, it is 0
                    '+0 `sockstat -s | grep -c TIME_WAIT | grep 1`' | expected 1 connections in TIME_WAIT, there are 0
                    """)
    void aScriptThatDoesNotHoldDiffersAtItsLine(String line, String reason) {
        Outcome outcome = run(ACCEPTED + line);

        assertThat(outcome.kind()).isEqualTo(Kind.DIFFERS);
        assertThat(outcome.line()).isEqualTo(8);
        assertThat(outcome.reason()).isEqualTo(reason);
    }

    /** What is sent is {@code P. 1:101(100) ack 1} without options, at once. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    +0 > P. 1:101(100) ack 1                   | PASS
                    +0 > P. ...(100) ack 1 <...>               | PASS
                    * > P. 1:101(100) ack 1                    | PASS
                    +0~+.5 > P. 1:101(100)                     | PASS
                    +0 > [noecn] P. 1:101(100) ack 1           | PASS
                    +0 > (ttl 64) P. 1:101(100) ack 1          | PASS
                    +0 > (tos 0x20) P. 1:101(100) ack 1        | DIFFERS
                    +0 > (ttl 63) P. 1:101(100) ack 1          | DIFFERS
                    +0 > . 1:101(100) ack 1                    | DIFFERS
                    +0 > P 1:101(100)                          | DIFFERS
                    +0 > PU. 1:101(100) ack 1                  | DIFFERS
                    +0 > P. 2:102(100) ack 1                   | DIFFERS
                    +0 > P. 1:101(100)! ack 1                  | DIFFERS
                    +0 > P. 1:100(99) ack 1                    | DIFFERS
                    +0 > P. 1:102(101) ack 1                   | DIFFERS
                    +0 > P. 1:101(100) ack 2                   | DIFFERS
                    +0 > P. 1:101(100) ack 1 win 1             | DIFFERS
                    +0 > P. 1:101(100) ack 1 urg 1             | DIFFERS
                    +0 > P. 1:101(100) ack 1 <sackOK>          | DIFFERS
                    +0 > udp (100)                             | DIFFERS
                    +.5 > P. 1:101(100) ack 1                  | DIFFERS
                    +.1~+.5 > P. 1:101(100) ack 1              | DIFFERS
                    """)
    void everyFieldOfAPacketCounts(String line, Kind kind) {
        Outcome outcome = run(ACCEPTED + "+0 write(4, ..., 100) = 100\n" + line);

        assertThat(outcome.kind()).as(outcome.detail()).isEqualTo(kind);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    sack 1001:2001           | PASS
                    nop,nop,sack 1001:2001   | PASS
                    sack 1001:2002           | DIFFERS
                    sack 1001:2001 3001:4001 | DIFFERS
                    sackOK                   | DIFFERS
                    nop                      | DIFFERS
                    """)
    void optionsCountButNotTheirPadding(String options, Kind kind) {
        Outcome outcome =
                run(ACCEPTED + "+0 < . 1001:2001(1000) ack 1 win 32000\n+0 > . 1:1(0) ack 1 <" + options + ">");

        assertThat(outcome.kind()).as(outcome.detail()).isEqualTo(kind);
    }

    @Test
    void theFirstDifferenceIsTold() {
        Outcome outcome = run(ACCEPTED + """
                +0 write(4, ..., 100) = 100
                +0 > P. 1:101(100) ack 7
                +0 > P. 1:101(100) ack 8
                """);

        assertThat(outcome.detail())
                .isEqualTo("line 9: expected > P. 1:101(100) ack 7, sent > P. 1:101(100) ack 1 win 65535");
    }

    @Test
    void anEarlyPacketDiffersByItsTime() {
        Outcome outcome = run(ACCEPTED + "+0 write(4, ..., 100) = 100\n+.5 > P. 1:101(100) ack 1");

        assertThat(outcome.detail()).startsWith("line 9: sent 500 ms too early: > P. 1:101(100) ack 1");
    }

    @Test
    void timestampsAreComparedIfTheScriptSaysWhatATickIs() {
        String script = """
                0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
                +0 fcntl(3, F_SETFL, O_NONBLOCK) = 0
                +0 connect(3, ..., ...) = -1 EINPROGRESS
                +0 > S 0:0(0) <mss 1460,sackOK,TS val 100 ecr 0,wscale 9>
                +1 > S 0:0(0) <mss 1460,sackOK,TS val %d ecr 0,wscale 9>
                """;

        assertThat(run("--tcp_ts_tick_usecs=1000\n" + script.formatted(1100)).kind())
                .isEqualTo(Kind.PASS);
        assertThat(run("--tcp_ts_tick_usecs=1000\n" + script.formatted(1200)).kind())
                .isEqualTo(Kind.DIFFERS);
        assertThat(run(script.formatted(1200)).kind()).isEqualTo(Kind.PASS);
    }

    @Test
    void aCallThatBlocksEndsWhenItsScriptSays() {
        String rest = "+.1 < . 1:101(100) ack 1 win 32000\n+0 > . 1:1(0) ack 101";

        assertThat(run(ACCEPTED + "+0...0.1 read(4, ..., 500) = 100\n" + rest).kind())
                .isEqualTo(Kind.PASS);
        assertThat(run(ACCEPTED + "+0...0.2 read(4, ..., 500) = 100\n" + rest).detail())
                .contains("line 8: read ended 100 ms too early");
        assertThat(run(ACCEPTED + "+0...0.05 read(4, ..., 500) = 100\n" + rest).detail())
                .contains("line 8: read ended 50 ms too late");
        assertThat(run(ACCEPTED + "+0...0.1 read(4, ..., 500) = 99\n" + rest).detail())
                .contains("expected read = 99, it is 100");
        assertThat(run(ACCEPTED + "+0...0.1 read(4, ..., 500) = 1").detail()).contains("read goes on to block");
    }

    @Test
    void aFieldThatTheStackDoesNotHaveIsPassedOverAndTold() {
        Outcome outcome = run(ACCEPTED + "+0 %{ assert tcpi_backoff == 7; assert 1 <= tcpi_unacked + 1 < 2 }%");

        assertThat(outcome.kind()).isEqualTo(Kind.PASS);
        assertThat(outcome.detail()).isEqualTo("without tcpi_backoff");
    }

    @Test
    void codeRemembersWhatItWasTold() {
        Outcome outcome = run(ACCEPTED + """
                +0 %{ cwnd = 0x0a # segments
                print(cwnd) }%
                +0 %{ cwnd += 2; assert cwnd == 12 and not cwnd != 12, 'cwnd=%d' % cwnd }%
                +0 %{ assert (cwnd & 8) != 0 or cwnd == 0, (cwnd, 1) }%
                """);

        assertThat(outcome.detail()).isEmpty();
        assertThat(outcome.kind()).isEqualTo(Kind.PASS);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    +0 sendto(4, ..., 9, MSG_FASTOPEN, ..., ...) = 9   | fast open
                    +0 setsockopt(4, SOL_SOCKET, SO_ZEROCOPY, [1], 4) = 0 | zero copy
                    +0 `sysctl -q net.ipv4.tcp_ecn=1`                  | ECN that we ask for
                    +0 `reboot`                                        | command reboot
                    +0 < gre: . 1:1(0) ack 1                           | packets in gre
                    +0 < . 1:1(0) ack 1 win 1 <FO 12ab>                | fast open
                    +0 vmsplice(4) = 0                                 | system call vmsplice
                    +0 listen(3) = 0                                   | listen with 1 arguments
                    """)
    void whatIsNotOursIsNamed(String line, String feature) {
        assertThat(run(ACCEPTED + line)).isEqualTo(Outcome.outOfScope(feature));
    }

    @Test
    void whatIsSentBehindTheLastLineIsTold() {
        Outcome outcome = run(ACCEPTED + "+0 write(4, ..., 100) = 100\n");

        assertThat(outcome.kind()).isEqualTo(Kind.PASS);
        assertThat(outcome.unexpected()).containsExactly("P. 1:101(100) ack 1 win 65535");
    }

    @Test
    void conditionsChooseAmongLines() {
        String script = ACCEPTED + "#ifdef ONE\n+0 close(9) = 0\n#else\n+0 close(4) = 0\n#endif\n+0 > F. 1:1(0) ack 1";

        assertThat(Interpreter.run(script, Set.of(), SEED).kind()).isEqualTo(Kind.PASS);
        assertThat(Interpreter.run(script, Set.of("ONE"), SEED).line()).isEqualTo(9);
    }

    /** Scripts with a line or a character changed: whatever comes of them, something does. */
    @Test
    void spoiltScriptsComeToAnOutcome() throws Exception {
        long seed = 20_261_101;
        Random random = new Random(seed);
        EnumSet<Kind> seen = EnumSet.noneOf(Kind.class);
        int unreadable = 0;
        for (String name : PacketdrillScenariosTest.scripts()) {
            Path file = PacketdrillScenariosTest.folder().resolve(name);
            String text = Files.readString(file);
            for (int i = 0; i < 40; i++) {
                String spoilt = spoil(text, random);
                try {
                    seen.add(Interpreter.run(spoilt, Set.of(), SEED).kind());
                } catch (ScriptError expected) {
                    unreadable++;
                } catch (RuntimeException e) {
                    throw new AssertionError("seed " + seed + ", " + name + ":\n" + spoilt, e);
                }
            }
        }

        assertThat(seen).as("seed " + seed).isEqualTo(EnumSet.allOf(Kind.class));
        assertThat(unreadable).as("seed " + seed).isPositive();
    }

    private static String spoil(String text, Random random) {
        if (random.nextBoolean()) {
            String[] lines = text.split("\n");
            int one = random.nextInt(lines.length);
            int other = random.nextInt(lines.length);
            String kept = lines[one];
            lines[one] = lines[other];
            lines[other] = random.nextBoolean() ? kept : "";
            return String.join("\n", lines);
        }
        int at = random.nextInt(text.length());
        String with = String.valueOf("019,.()<>:[]{}|= SFRaxw".charAt(random.nextInt(23)));
        return text.substring(0, at) + with + text.substring(at + 1);
    }

    private static Outcome run(String script) {
        return Interpreter.run(script, Set.of(), SEED);
    }
}
