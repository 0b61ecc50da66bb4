package io.ztnio.protocol.portmap;

import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** What is written between the tags of a small XML document, read by the JDK's parser. Stateless. */
final class XmlLeaves {
    private static final int MAX_DEPTH = 32;
    private static final int MAX_LEAVES = 4096;
    private static final int MAX_TEXT = 2048;

    /**
     * An element that has ended.
     *
     * @param name without its prefix
     * @param text without blanks around it; empty of an element with others in it, which comes behind those
     */
    record Leaf(String name, String text) {}

    private XmlLeaves() {}

    /**
     * The elements in the order of their ends.
     *
     * @return empty if it is not XML, is too deep or too much, or has a document type: entities are none that a router needs
     */
    static Optional<List<Leaf>> read(byte[] xml) {
        try {
            XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
            factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
            factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
            factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
            // Of bytes that are none of its encoding the parser would write to the error stream.
            String text = new String(xml, StandardCharsets.UTF_8);
            XMLStreamReader reader = factory.createXMLStreamReader(new StringReader(text));
            try {
                return leaves(reader);
            } finally {
                reader.close();
            }
        } catch (XMLStreamException | RuntimeException e) {
            // The parser throws more than it says.
            return Optional.empty();
        }
    }

    private static Optional<List<Leaf>> leaves(XMLStreamReader reader) throws XMLStreamException {
        List<Leaf> leaves = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        int depth = 0;
        while (reader.hasNext()) {
            switch (reader.next()) {
                case XMLStreamConstants.START_ELEMENT -> {
                    depth++;
                    text.setLength(0);
                }
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> text.append(reader.getText());
                case XMLStreamConstants.END_ELEMENT -> {
                    depth--;
                    leaves.add(new Leaf(reader.getLocalName(), text.toString().strip()));
                    text.setLength(0);
                }
                case XMLStreamConstants.DTD, XMLStreamConstants.ENTITY_REFERENCE -> {
                    return Optional.empty();
                }
                default -> {
                    // Comments and the like.
                }
            }
            if (depth > MAX_DEPTH || leaves.size() > MAX_LEAVES || text.length() > MAX_TEXT) {
                return Optional.empty();
            }
        }
        return Optional.of(leaves);
    }
}
