// The function: prices a request for a quote. It knows nothing of Tollgate.
package example;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What Lambda calls; it maps the event's JSON to a map, and the answer back. */
public final class Quotes {
    private static final Pattern COUNT = Pattern.compile("\"count\"\\s*:\\s*([0-9]{1,4})");
    private static final int CENTS_EACH = 199;

    /** Made before the snapshot, with the class; it holds nothing that must differ between restores. */
    public Quotes() {}

    /** Answers an event of an HTTP API. Tollgate has held its body against quote.schema.json. */
    public Map<String, Object> handle(Map<String, Object> event) {
        Matcher count = COUNT.matcher(String.valueOf(event.get("body")));
        int cents = count.find() ? Integer.parseInt(count.group(1)) * CENTS_EACH : 0;
        return Map.of(
                "statusCode", 200,
                "headers", Map.of("content-type", "application/json"),
                "body", "{\"cents\":" + cents + "}");
    }
}
