package io.ztnio.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.it.lab.ControlledNode;
import io.ztnio.it.lab.ControlledNode.Answer;
import io.ztnio.it.lab.DaemonPlanet;
import io.ztnio.it.lab.OwnNode;
import io.ztnio.it.lab.RealDaemon;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The controller's API beside the daemon's: the same script, and the answers field by field. */
@RealDaemon
@Tag("any-jdk")
class ControllerApiIT {
    /** What stands in the script for the asked controller's address. */
    private static final String OWN = "CCCCCCCCCC";

    private static final String MEMBER = "abcdef0123";

    /** Times, and what a parser says: of these it is compared whether they are there, and of which type they are. */
    private static final Set<String> OF_THE_MOMENT =
            Set.of("clock", "creationTime", "lastAuthorizedTime", "lastDeauthorizedTime", "description");

    private static final String NETWORK = "/controller/network/" + OWN + "000042";
    private static final String OF_MEMBER = NETWORK + "/member/" + MEMBER;

    /** Ids that are drawn are left out, for lists are compared too. */
    private static final List<String> SCRIPT = List.of(
            "GET /controller",
            "GET /controller/network",
            "GET " + NETWORK,
            "GET " + NETWORK + "/member",
            "DELETE " + NETWORK,
            "POST " + NETWORK + " {}",
            "POST " + NETWORK + " {}",
            "GET " + NETWORK,
            "GET /controller/network",
            "PUT " + NETWORK
                    + " {\"name\":\"front end\",\"private\":false,\"enableBroadcast\":false,\"multicastLimit\":7}",
            "POST " + NETWORK + " {\"mtu\":1400}",
            "POST " + NETWORK + " {\"mtu\":100}",
            "POST " + NETWORK + " {\"mtu\":\"2800\"}",
            "POST " + NETWORK + " {\"private\":\"true\",\"multicastLimit\":\"32\",\"enableBroadcast\":1}",
            "POST " + NETWORK + " {\"name\":7}",
            "POST " + NETWORK + " {\"zork\":1}",
            "POST " + NETWORK
                    + " {\"v4AssignMode\":{\"zt\":true},\"v6AssignMode\":{\"rfc4193\":true,\"zt\":false,\"6plane\":true}}",
            "POST " + NETWORK + " {\"v4AssignMode\":\"zt\",\"v6AssignMode\":\"rfc4193,6plane\"}",
            "POST " + NETWORK
                    + " {\"routes\":[{\"target\":\"10.1.0.0/16\"},{\"target\":\"10.2.0.0/16\",\"via\":\"10.1.0.1\"},{\"target\":\"no\"}]}",
            "POST " + NETWORK
                    + " {\"ipAssignmentPools\":[{\"ipRangeStart\":\"10.1.0.1\",\"ipRangeEnd\":\"10.1.0.9\"}]}",
            "POST " + NETWORK + " {\"dns\":{\"domain\":\"lab.test\",\"servers\":[\"10.1.0.53\"]}}",
            "POST " + NETWORK
                    + " {\"rules\":[{\"type\":\"MATCH_ETHERTYPE\",\"etherType\":2048,\"not\":true},{\"type\":\"ACTION_DROP\"},{\"type\":\"ACTION_ACCEPT\"}]}",
            "POST " + NETWORK
                    + " {\"rules\":[{\"type\":\"MATCH_IP_DEST_PORT_RANGE\",\"start\":80,\"end\":90,\"or\":true},{\"type\":\"NO_SUCH\"},"
                    + "{\"type\":\"ACTION_TEE\",\"address\":\"abcdef0123\",\"flags\":0,\"length\":64},{\"type\":\"ACTION_ACCEPT\"}]}",
            "POST " + NETWORK
                    + " {\"tags\":[{\"id\":100,\"default\":7},{\"id\":101}],\"capabilities\":[{\"id\":3,\"default\":true,"
                    + "\"rules\":[{\"type\":\"MATCH_ICMP\",\"icmpType\":8,\"icmpCode\":null},{\"type\":\"ACTION_ACCEPT\"}]}]}",
            "POST " + NETWORK + " {\"authTokens\":[{\"token\":0}],\"rulesSource\":\"accept;\"}",
            "POST " + NETWORK + " \ufeff{\"name\":\"with a mark\"}",
            "POST " + NETWORK
                    + " {\"routes\":[{\"target\":\"10.3.0.0/16 \"},{\"target\":\"10.4.0.0/16x\"},{\"target\":\"10.5.0.0/-1\"},"
                    + "{\"target\":\"10.6.0.0/+16\"},{\"target\":\"10.7.0.0/99999999999\"},{\"target\":\"10.8.0.0\"}]}",
            "POST " + NETWORK
                    + " {\"rules\":[{\"type\":\"MATCH_IPV6_DEST\",\"ip\":\"10.0.0.0/8\"},{\"type\":\"MATCH_IPV4_DEST\",\"ip\":\"fd00::/64\"},"
                    + "{\"type\":\"MATCH_IPV4_DEST\",\"ip\":\"x/8\"},{\"type\":\"ACTION_ACCEPT\"}]}",
            "POST /controller/network/0000000000000000 {}",
            "GET /controller/network/0000000000000000",
            "GET /controller/%6eetwork",
            "HEAD /controller/network",
            "HEAD " + NETWORK,
            "POST " + NETWORK + " {\"remoteTraceTarget\":\"abcdef0123\",\"remoteTraceLevel\":3}",
            "POST " + NETWORK + " not json",
            "GET " + NETWORK,
            "GET " + OF_MEMBER,
            "DELETE " + OF_MEMBER,
            "POST " + OF_MEMBER + " {}",
            "POST " + OF_MEMBER + " {}",
            "GET " + NETWORK + "/member",
            "POST " + OF_MEMBER + " {\"authorized\":true,\"name\":\"first\"}",
            "POST " + OF_MEMBER + " {\"authorized\":true}",
            "POST " + OF_MEMBER
                    + " {\"activeBridge\":true,\"noAutoAssignIps\":true,\"ipAssignments\":[\"10.1.0.7\",\"no\"]}",
            "POST " + OF_MEMBER + " {\"tags\":[[100,2],[1]],\"capabilities\":[3,\"x\"]}",
            "POST " + OF_MEMBER + " {\"authorized\":\"false\"}",
            "POST " + OF_MEMBER + " {\"authorized\":false,\"zork\":[]}",
            "PUT " + OF_MEMBER + " not json",
            "GET " + OF_MEMBER,
            "POST " + NETWORK + "/member/nonsense {}",
            "POST " + NETWORK + "/member/0000000000 {}",
            "GET " + NETWORK + "/member",
            "GET " + NETWORK + "/nothing",
            "GET /unstable/controller/network",
            "GET /unstable" + NETWORK + "/member",
            "DELETE " + OF_MEMBER,
            "GET " + OF_MEMBER,
            "GET " + NETWORK + "/member",
            "POST /controller/network/0123456789______ {}",
            "POST /controller/network/zzzz {}",
            "GET /controller/nothing",
            "DELETE " + NETWORK,
            "GET " + NETWORK,
            "GET /controller/network");

    @Test
    void everyAnswerIsTheDaemons() {
        try (DaemonPlanet planet = new DaemonPlanet()) {
            OwnNode own = OwnNode.member(planet.lab().java1(), planet.planet(), "--controller");
            List<String> differences = new ArrayList<>();
            for (String line : SCRIPT) {
                Answer theirs = ask(planet.member(), line);
                Answer mine = ask(own, line);
                if (theirs.status() != mine.status() || !theirs.type().equals(mine.type())) {
                    differences.add(line + ": " + theirs + " but " + mine);
                }
                compare(line, theirs.json(), mine.json(), differences);
            }

            assertThat(differences).isEmpty();
        }
    }

    /** The answer, with the controller's address back in its place. */
    private static Answer ask(ControlledNode controller, String line) {
        String address = controller.address();
        String[] parts = line.replace(OWN, address).split(" ", 3);
        Answer answer = controller.request(parts[0], parts[1], parts.length > 2 ? parts[2] : "");
        return new Answer(answer.status(), answer.type(), answer.body().replace(address, OWN));
    }

    private static void compare(String place, Object theirs, Object mine, List<String> differences) {
        if (theirs instanceof Map<?, ?> expected && mine instanceof Map<?, ?> actual) {
            Map<Object, Object> all = new LinkedHashMap<>(expected);
            all.putAll(actual);
            for (Object name : all.keySet()) {
                if (!expected.containsKey(name) || !actual.containsKey(name)) {
                    differences.add(place + "." + name + " is only " + (actual.containsKey(name) ? "ours" : "theirs")
                            + ": " + all.get(name));
                } else if (!OF_THE_MOMENT.contains(name)) {
                    compare(place + "." + name, expected.get(name), actual.get(name), differences);
                } else if (expected.get(name).getClass() != actual.get(name).getClass()
                        && !(expected.get(name) instanceof Number && actual.get(name) instanceof Number)) {
                    differences.add(place + "." + name + ": " + actual.get(name));
                }
            }
        } else if (theirs instanceof List<?> expected
                && mine instanceof List<?> actual
                && expected.size() == actual.size()) {
            for (int i = 0; i < expected.size(); i++) {
                compare(place + "[" + i + "]", expected.get(i), actual.get(i), differences);
            }
        } else if (theirs == null ? mine != null : !theirs.equals(mine)) {
            differences.add(place + ": " + theirs + " but " + mine);
        }
    }
}
