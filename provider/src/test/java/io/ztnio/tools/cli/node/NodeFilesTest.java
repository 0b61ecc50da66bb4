package io.ztnio.tools.cli.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.ztnio.protocol.config.Dns;
import io.ztnio.protocol.config.InetPrefix;
import io.ztnio.protocol.config.Route;
import io.ztnio.protocol.controller.AddressPool;
import io.ztnio.protocol.controller.NetworkDefinition;
import io.ztnio.tools.cli.command.CommandFailure;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NodeFilesTest {
    @TempDir
    Path directory;

    private Path file(String content) throws IOException {
        return Files.writeString(directory.resolve("file.json"), content);
    }

    private static NetworkFile network(String content) {
        return NetworkFile.parse(Path.of("network.json"), content);
    }

    @Test
    void aStatusFileIsRead() throws IOException {
        Path file = file("""
                {"address":"0123456789","online":true,
                 "networks":[{"id":"8056c2e21c000001","status":"OK","addresses":["10.0.0.1/24","fd00::1/64"]}],
                 "peers":[{"address":"aabbccddee","role":"LEAF","direct":true,"path":"127.0.0.1/1","latencyMillis":2}]}
                """);

        assertThat(NodeStatus.read(file))
                .contains(new NodeStatus(
                        "0123456789",
                        true,
                        List.of(new NodeStatus.Network("8056c2e21c000001", "OK", List.of("10.0.0.1/24", "fd00::1/64"))),
                        List.of(new NodeStatus.PeerLink("aabbccddee", "LEAF", true, "127.0.0.1/1", 2))));
        assertThat(NodeStatus.read(file).orElseThrow().peer("aabbccddee")).isPresent();
    }

    @Test
    void aStatusFileThatIsNotThereYetIsNoStatus() throws IOException {
        assertThat(NodeStatus.read(directory.resolve("later"))).isEmpty();
    }

    @Test
    void aNetworkDefinitionIsRead() throws IOException {
        NetworkFile file = network("""
                {"id":"8056c2e21c000001","name":"test","private":true,"mtu":1500,
                 "v6AssignMode":{"rfc4193":true},
                 "dns":{"domain":"corp.example","servers":["10.1.0.53","fd00::53"]},
                 "routes":[{"target":"10.1.0.0/16"},{"target":"10.2.0.0/16","via":"10.1.0.1"}],
                 "ipAssignmentPools":[{"ipRangeStart":"10.1.0.1","ipRangeEnd":"10.1.0.9"}],
                 "authorizedMembers":["0123456789"]}
                """);

        NetworkDefinition definition = file.definition(0x8056c2e21cL);

        assertThat(definition.networkId()).isEqualTo(0x8056c2e21c000001L);
        assertThat(definition.name()).isEqualTo("test");
        assertThat(definition.isPrivate()).isTrue();
        assertThat(definition.mtuBytes()).isEqualTo(1500);
        assertThat(definition.rfc4193()).isTrue();
        assertThat(definition.sixPlane()).isFalse();
        assertThat(definition.routes())
                .containsExactly(
                        new Route(new InetPrefix(InetAddress.getByName("10.1.0.0"), 16)),
                        new Route(
                                new InetPrefix(InetAddress.getByName("10.2.0.0"), 16),
                                InetAddress.getByName("10.1.0.1")));
        assertThat(definition.pools())
                .containsExactly(new AddressPool(InetAddress.getByName("10.1.0.1"), InetAddress.getByName("10.1.0.9")));
        assertThat(definition.dns())
                .isEqualTo(new Dns(
                        "corp.example",
                        List.of(InetAddress.getByName("10.1.0.53"), InetAddress.getByName("fd00::53"))));
        assertThat(file.authorizedMembers()).containsExactly(0x0123456789L);
    }

    /** As a controller answers: with all that it counts, and nothings. */
    @Test
    void whatAControllerAnswersIsADefinition() throws IOException {
        NetworkFile file = network("""
                {"authTokens":[null],"authorizationEndpoint":"","capabilities":[{"default":true,"id":7,
                 "rules":[{"type":"ACTION_ACCEPT"}]}],"clientId":"","creationTime":1795993092331,"dns":[],
                 "enableBroadcast":true,"id":"8056c2e21c000001","ipAssignmentPools":[{"ipRangeStart":"10.1.0.1",
                 "ipRangeEnd":"10.1.0.9"}],"mtu":2800,"multicastLimit":32,"name":"","nwid":"8056c2e21c000001",
                 "objtype":"network","private":true,"remoteTraceLevel":0,"remoteTraceTarget":null,"revision":1,
                 "routes":[{"target":"10.1.0.0/16","via":null}],"rules":[{"not":false,"or":false,"type":"MATCH_ICMP",
                 "icmpType":8,"icmpCode":null},{"type":"ACTION_DROP"},{"type":"ACTION_ACCEPT"}],"rulesSource":"",
                 "ssoEnabled":false,"tags":[{"default":null,"id":3},{"default":5,"id":1000}],
                 "v4AssignMode":{"zt":false},"v6AssignMode":{"6plane":false,"rfc4193":false,"zt":false},
                 "members":{"0123456789":{"authorized":true,"tags":[[3,4]],"remoteTraceTarget":null}}}
                """);

        NetworkDefinition definition = file.definition(0x8056c2e21cL);

        assertThat(definition.rules()).hasSize(3);
        assertThat(definition.tags()).containsExactly(Map.entry(1000, 5));
        assertThat(definition.capabilities()).hasSize(1);
        assertThat(definition.assignsIpv4()).isFalse();
        assertThat(file.authorizedMembers()).containsExactly(0x0123456789L);
    }

    @Test
    void withoutAModeAddressesAreGivenFromThePoolsThatThereAre() {
        NetworkDefinition definition = network("""
                {"routes":[{"target":"10.1.0.0/16"}],
                 "ipAssignmentPools":[{"ipRangeStart":"10.1.0.1","ipRangeEnd":"10.1.0.9"}]}""").definition(1);

        assertThat(definition.assignsIpv4()).isTrue();
        assertThat(definition.assignsIpv6()).isFalse();
    }

    @Test
    void aShortIdIsCompletedWithTheControllersAddress() throws IOException {
        assertThat(network("{}").id(0x8056c2e21cL)).isEqualTo(0x8056c2e21c000001L);
        assertThat(network("{\"id\":\"2a\"}").id(0x8056c2e21cL)).isEqualTo(0x8056c2e21c00002aL);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense",
                "{\"id\":\"x\"}",
                "{\"id\":\"8056c2e21c000001\",\"routes\":[{}]}",
                "{\"id\":\"8056c2e21c000001\",\"routes\":[{\"target\":\"10.0.0.0\"}]}",
                "{\"id\":\"8056c2e21c000001\",\"routes\":[{\"target\":\"host/8\"}]}",
                "{\"id\":\"8056c2e21c000001\",\"authorizedMembers\":[\"y\"]}"
            })
    void aBrokenDefinitionNamesItsFile(String content) throws IOException {
        Path file = file(content);

        assertThatExceptionOfType(CommandFailure.class)
                .isThrownBy(() -> NetworkFile.parse(file, content))
                .withMessageStartingWith(file.toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'privat':true} | unknown field privat; known are id, name, private, ",
                "{'rules':[{'typ':'ACTION_DROP'}]} | unknown field rules[0].typ; known are ",
                "{'rules':[{'type':'ACTION_PRIORITY'}]} | rules[0].type is \"ACTION_PRIORITY\"; expected is the name of",
                "{'rules':[{'type':'MATCH_ETHERTYPE','etherType':'0x800'}]} | rules[0].etherType is \"0x800\"; expected is a whole number from 0 to 65535, without quotation marks",
                "{'rules':[{'type':'ACTION_TEE','address':'0123456789','length':-1}]} | rules[0].length is -1; expected is a whole number from 0 to 65535, without quotation marks",
                "{'rules':[{'type':'ACTION_TEE','address':'0123456789','flags':4294967296}]} | rules[0].flags is 4294967296; expected is a whole number from 0 to 4294967295",
                "{'rules':[{'type':'MATCH_ICMP','icmpType':8,'icmpCode':256}]} | rules[0].icmpCode is 256; expected is a whole number from 0 to 255",
                "{'rules':[{'type':'INTEGER_RANGE','start':1,'end':2,'idx':0,'little':false,'bits':65}]} | rules[0].bits is 65; expected is a whole number from 1 to 64",
                "{'rules':[{'type':'MATCH_IPV4_SOURCE','ip':'10.0.0.1'}]} | rules[0].ip is \"10.0.0.1\"; expected is a value that means itself; this one would mean \"10.0.0.1/0\"",
                "{'rules':[{'type':'ACTION_DROP','etherType':1}]} | rules[0].etherType is 1; expected is nothing: ACTION_DROP has no fields",
                "{'capabilities':[{'id':1,'rules':[{'type':'x'}]}]} | capabilities[0].rules[0].type is ",
                "{'tags':[{'id':1,'default':'a'}]} | tags[0].default is \"a\"; expected is a whole number",
                "{'remoteTraceTarget':'x'} | remoteTraceTarget is \"x\"; expected is an address",
                "{'authTokens':{'secret':'never'}} | authTokens is not an object with tokens and when they expire",
                "{'members':{'x':{}}} | members is not an object with addresses of 10 hexadecimal digits: \"x\" is none",
                "{'members':{'0123456789':{'authorised':true}}} | unknown field members.0123456789.authorised; known are authorized",
                "{'members':{'0123456789':{'ipAssignments':['x']}}} | members.0123456789.ipAssignments is not a list of IP addresses",
                "{'members':{'0123456789':{'tags':[[1]]}}} | members.0123456789.tags is not a list of pairs",
                "{'members':{'0123456789':{'capabilities':['a']}}} | members.0123456789.capabilities is not a list of ids",
                "{'members':{'0123456789':{'identity':'x'}}} | members.0123456789.identity is not the identity of 0123456789",
                "{'Private':true} | unknown field Private; known are ",
                "{'private':'true'} | private is \"true\"; expected is true or false, without quotation marks",
                "{'private':null} | private is null; expected is true or false",
                "{'private':1} | private is 1; expected is true or false",
                "{'mtu':'1400'} | mtu is \"1400\"; expected is a whole number from 1280 to 9869",
                "{'mtu':1400.5} | mtu is 1400.5; expected is a whole number",
                "{'mtu':100} | mtu is 100; expected is a whole number from 1280 to 9869",
                "{'mtu':99999999999999999999} | mtu is 99999999999999999999; expected is a whole number",
                "{'multicastLimit':-1} | multicastLimit is -1; expected is a whole number from 0",
                "{'name':7} | name is 7; expected is a text",
                "{'id':7} | id is 7; expected is a text",
                "{'enableBroadcast':'no'} | enableBroadcast is \"no\"; expected is true or false",
                "{'routes':{}} | routes is an object; expected is a list of objects",
                "{'routes':['10.0.0.0/8']} | routes is a list; expected is a list of objects",
                "{'routes':[{'target':'10.0.0.0/33'}]} | routes[0].target is \"10.0.0.0/33\"; expected is an address with",
                "{'routes':[{'target':'10.0.0.0/8','gateway':'1'}]} | unknown field routes[0].gateway; known are target, via",
                "{'routes':[{'target':'10.0.0.0/8','via':'fd00::1'}]} | routes[0].via is \"fd00::1\"; expected is an address of the target's family",
                "{'routes':[{'target':'10.0.0.0/8','via':'gw'}]} | routes[0].via is \"gw\"; expected is an IP address",
                "{'ipAssignmentPools':[{'ipRangeStart':'10.0.0.9'}]} | ipAssignmentPools[0].ipRangeEnd is missing",
                "{'ipAssignmentPools':[{'ipRangeStart':'10.0.0.9','ipRangeEnd':'10.0.0.1'}]} | ipAssignmentPools[0].ipRangeEnd is \"10.0.0.1\"; expected is an address that is not before ipRangeStart 10.0.0.9",
                "{'ipAssignmentPools':[{'ipRangeStart':'10.0.0.9','ipRangeEnd':'fd00::1'}]} | ipAssignmentPools[0].ipRangeEnd is \"fd00::1\"; expected is an address of the family",
                "{'v6AssignMode':{'rfc4139':true}} | unknown field v6AssignMode.rfc4139; known are rfc4193, 6plane",
                "{'v6AssignMode':{'rfc4193':'yes'}} | v6AssignMode.rfc4193 is \"yes\"; expected is true or false",
                "{'dns':{'servers':['10.1.0.1']}} | dns.domain is missing",
                "{'dns':{'domain':'lab','servers':['one']}} | dns.servers is not a list of IP addresses",
                "{'dns':{'domain':'lab','servers':['10.0.0.1','10.0.0.2','10.0.0.3','10.0.0.4','10.0.0.5']}} | dns.servers is not a list of at most 4",
                "{'authorizedMembers':'0123456789'} | authorizedMembers is \"0123456789\"; expected is a list of texts",
                "{'authorizedMembers':[1234567890]} | authorizedMembers is a list; expected is a list of texts",
                "{'authorizedMembers':['0123']} | authorizedMembers is not a list of addresses of 10 hexadecimal digits: \"0123\" is none"
            })
    void whatIsMisspeltOrOfTheWrongTypeIsRefusedByName(String content, String message) {
        assertThatExceptionOfType(CommandFailure.class)
                .isThrownBy(() -> network(content.replace('\'', '"').replace("target\"s", "target's")))
                .withMessageStartingWith("network.json: " + message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`` | network.json is empty; expected is a JSON object: {...}",
                "[] | network.json, line 1, column 1: expected is a JSON object, which begins with {",
                "{'private':true,'private':false} | network.json, line 1, column 26: a field has been there before in the same object",
                "{} {} | network.json, line 1, column 4: nothing may follow the object",
                "{'mtu':1400 | network.json, line 1, column 12: the text ends in the middle of the object",
                "{'mtu':14OO} | network.json, line 1, column 10: this is not JSON; expected are fields as \"name\": value",
                "{mtu:1400} | network.json, line 1, column 2: this is not JSON; expected are fields as \"name\": value"
            })
    void whatIsNoJsonIsToldByPlaceInPlainWords(String content, String message) {
        String text = content == null ? "" : content.replace('\'', '"');
        assertThatExceptionOfType(CommandFailure.class)
                .isThrownBy(() -> network(text))
                .withMessageStartingWith(message)
                .matches(e ->
                        !e.getMessage().contains("Source") && !e.getMessage().contains("token"));
    }

    /** Whoever wrote it believes that the network drops everything. */
    @Test
    void aNetworkThatIsBelievedToBeClosedIsRefused() throws IOException {
        try (InputStream in = NodeFilesTest.class.getResourceAsStream("network-rules-misspelt.json")) {
            String content = new String(in.readAllBytes(), StandardCharsets.UTF_8);

            assertThatExceptionOfType(CommandFailure.class)
                    .isThrownBy(() -> network(content))
                    .withMessageStartingWith("network.json: unknown field bogusField; known are ");
            assertThatExceptionOfType(CommandFailure.class)
                    .isThrownBy(() -> network(content.replace("\"bogusField\":1,", "")
                            .replace("\"1400\"", "1400")
                            .replace("ACTION_DROP", "ACTION_DORP")))
                    .withMessageStartingWith("network.json: rules[0].type is \"ACTION_DORP\"; expected is ");
        }
    }

    @Test
    void aDefinitionWrittenByAWindowsShellIsRead() throws IOException {
        Path file = directory.resolve("file.json");
        Files.writeString(file, "\ufeff{\r\n  \"name\": \"Zürich\"\r\n}\r\n", StandardCharsets.UTF_16LE);

        assertThat(NetworkFile.read(file).definition(1).name()).isEqualTo("Zürich");
    }
}
