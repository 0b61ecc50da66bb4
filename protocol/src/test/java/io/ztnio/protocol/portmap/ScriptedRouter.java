package io.ztnio.protocol.portmap;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A router with UPnP. Thread: one at a time. */
final class ScriptedRouter implements IgdWire {
    private final InetAddress address;
    private final int port;
    final List<String> requests = new ArrayList<>();

    /** By outer port: client, description, lease. */
    final Map<Integer, String> mappings = new TreeMap<>();

    String external = "198.51.100.7";
    String controlUrl = "/ctl/IPConn";
    boolean onlyPermanent;
    int addError;
    boolean failing;
    boolean silent;
    int searches;

    ScriptedRouter(InetAddress address, int port) {
        this.address = address;
        this.port = port;
    }

    /** The answer to a search. */
    byte[] answer() {
        return bytes(
                "HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=120\r\nST: urn:schemas-upnp-org:device:InternetGatewayDevice:1"
                        + "\r\nLOCATION: http://" + address.getHostAddress() + ":" + port + "/rootDesc.xml\r\n\r\n");
    }

    @Override
    public Optional<GatewayUrl> search(List<byte[]> sought, Function<byte[], Optional<GatewayUrl>> accept) {
        searches++;
        return silent ? Optional.empty() : accept.apply(answer());
    }

    @Override
    public HttpReply exchange(int to, byte[] request) throws IOException {
        if (failing) {
            throw new IOException("no answer");
        }
        byte[] reply = handle(new String(request, StandardCharsets.US_ASCII));
        return new HttpReplyReader().read(reply, reply.length, true).orElseThrow();
    }

    /** The answer to a request by HTTP. */
    byte[] handle(String request) {
        requests.add(request);
        if (request.startsWith("GET /rootDesc.xml ")) {
            return http(200, description());
        }
        if (request.contains("#GetExternalIPAddress\"")) {
            return result("GetExternalIPAddress", "<NewExternalIPAddress>" + external + "</NewExternalIPAddress>");
        }
        int outer = Integer.parseInt(field(request, "NewExternalPort"));
        if (request.contains("#DeletePortMapping\"")) {
            mappings.remove(outer);
            return result("DeletePortMapping", "");
        }
        String client = field(request, "NewInternalClient");
        String lease = field(request, "NewLeaseDuration");
        if (addError != 0) {
            return failure(addError);
        }
        if (onlyPermanent && !lease.equals("0")) {
            return failure(725);
        }
        if (!mappings.getOrDefault(outer, client).startsWith(client)) {
            return failure(718);
        }
        mappings.put(
                outer,
                client + ":" + field(request, "NewInternalPort") + " " + field(request, "NewPortMappingDescription")
                        + " " + lease);
        return result("AddPortMapping", "");
    }

    private static String field(String request, String name) {
        Matcher matcher = Pattern.compile("<" + name + ">(.*)</" + name + ">").matcher(request);
        return matcher.find() ? matcher.group(1) : "0";
    }

    private String description() {
        return "<?xml version=\"1.0\"?>\n<root xmlns=\"urn:schemas-upnp-org:device-1-0\"><device><deviceType>"
                + "urn:schemas-upnp-org:device:InternetGatewayDevice:1</deviceType><serviceList><service><serviceType>"
                + "urn:schemas-upnp-org:service:Layer3Forwarding:1</serviceType><controlURL>/ctl/L3F</controlURL>"
                + "</service></serviceList><deviceList><device><deviceList><device><serviceList><service><serviceType>"
                + "urn:schemas-upnp-org:service:WANIPConnection:1</serviceType><serviceId>"
                + "urn:upnp-org:serviceId:WANIPConn1</serviceId><controlURL>" + controlUrl + "</controlURL>"
                + "<SCPDURL>/WANIPCn.xml</SCPDURL></service></serviceList></device></deviceList></device></deviceList>"
                + "</device></root>";
    }

    private static byte[] result(String action, String result) {
        return http(
                200,
                envelope("<u:" + action + "Response xmlns:u=\"urn:schemas-upnp-org:service:WANIPConnection:1\">"
                        + result + "</u:" + action + "Response>"));
    }

    private static byte[] failure(int code) {
        return http(
                500,
                envelope("<s:Fault><faultcode>s:Client</faultcode><detail><UPnPError xmlns=\"urn:upnp\"><errorCode>"
                        + code + "</errorCode></UPnPError></detail></s:Fault>"));
    }

    private static String envelope(String body) {
        return "<?xml version=\"1.0\"?><s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>"
                + body + "</s:Body></s:Envelope>";
    }

    private static byte[] http(int status, String body) {
        return bytes("HTTP/1.1 " + status + " x\r\nContent-Type: text/xml\r\nContent-Length: " + body.length()
                + "\r\nConnection: close\r\n\r\n" + body);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
