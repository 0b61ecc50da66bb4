package io.ztnio.tools.cli.command;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.jr.ob.JSON;
import io.ztnio.protocol.store.TextFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** JSON objects in files. What is wrong is told by place and in plain words, not in those of a parser. */
public final class JsonText {
    private static final JSON STRICT = JSON.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .build();

    private JsonText() {}

    /**
     * The object in a file.
     *
     * @throws CommandFailure naming the file and the place, if it is not one JSON object
     * @throws IOException if the file cannot be read
     */
    public static Map<String, Object> read(Path file) throws IOException {
        return parse(file.toString(), TextFile.read(file));
    }

    /**
     * The object that a file holds.
     *
     * @param name of the file, for messages
     * @throws CommandFailure naming the file and the place, if it is not one JSON object
     */
    public static Map<String, Object> parse(String name, String text) {
        if (text.isBlank()) {
            throw new CommandFailure(name + " is empty; expected is a JSON object: {...}");
        }
        try (JsonParser parser = STRICT.createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw broken(name, parser.currentTokenLocation(), "expected is a JSON object, which begins with {");
            }
            Map<String, Object> object = STRICT.mapFrom(parser);
            if (parser.nextToken() != null) {
                throw broken(name, parser.currentTokenLocation(), "nothing may follow the object");
            }
            return object;
        } catch (JsonProcessingException e) {
            throw broken(name, e.getLocation(), expectation(text, e));
        } catch (IOException e) {
            throw new CommandFailure(name + " is not JSON", e);
        }
    }

    private static CommandFailure broken(String name, JsonLocation place, String expectation) {
        String where = place == null || place.getLineNr() < 1
                ? ""
                : ", line " + place.getLineNr() + ", column " + place.getColumnNr();
        return new CommandFailure(name + where + ": " + expectation);
    }

    /** The commonest mistakes by name; for the others the place must do. */
    private static String expectation(String text, JsonProcessingException failure) {
        long offset = failure.getLocation() == null ? -1 : failure.getLocation().getCharOffset();
        String message = String.valueOf(failure.getOriginalMessage());
        if (message.startsWith("Duplicate")) {
            return "a field has been there before in the same object";
        }
        if (offset < 0 || offset >= text.strip().length()) {
            return "the text ends in the middle of the object; a closing }, ] or \" is missing";
        }
        return "this is not JSON; expected are fields as \"name\": value, separated by commas";
    }
}
