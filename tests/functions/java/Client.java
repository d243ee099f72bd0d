// A small client of the Runtime API for handlers in Java that take a map and give one, so that the example in
// Java can be run: AWS's own client is published on Maven Central alone, which the tests do not ask.
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

public final class Client {
    private static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final String API =
            "http://" + System.getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/invocation/";

    /** `Client example.Quotes::handle`; classes are looked for where the package is. */
    public static void main(String[] arguments) throws Exception {
        String[] handler = arguments[0].split("::");
        URL[] path = {Path.of(System.getenv("LAMBDA_TASK_ROOT")).toUri().toURL()};
        Class<?> type = Class.forName(handler[0], true, new URLClassLoader(path));
        Object function = type.getDeclaredConstructor().newInstance();
        Method method = type.getMethod(handler[1], Map.class);
        while (true) {
            HttpResponse<String> next = send(HttpRequest.newBuilder(URI.create(API + "next")).GET());
            String id = next.headers().firstValue("Lambda-Runtime-Aws-Request-Id").orElseThrow();
            try {
                post(id + "/response", write(method.invoke(function, new Reader(next.body()).value())));
            } catch (InvocationTargetException thrown) {
                Throwable cause = thrown.getCause();
                Map<String, Object> error =
                        Map.of("errorMessage", String.valueOf(cause.getMessage()), "errorType", cause.getClass().getName());
                post(id + "/error", write(error));
            }
        }
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static void post(String path, String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(API + path));
        send(request.POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private static String write(Object value) {
        if (value instanceof Map<?, ?> map) {
            List<String> members = new ArrayList<>();
            map.forEach((key, member) -> members.add(quote(String.valueOf(key)) + ":" + write(member)));
            return "{" + String.join(",", members) + "}";
        }
        if (value instanceof List<?> list) {
            List<String> items = new ArrayList<>();
            list.forEach(item -> items.add(write(item)));
            return "[" + String.join(",", items) + "]";
        }
        return value instanceof String text ? quote(text) : String.valueOf(value);
    }

    private static String quote(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (char letter : text.toCharArray()) {
            if (letter < ' ' || letter == '"' || letter == '\\') {
                quoted.append(String.format("\\u%04x", (int) letter));
            } else {
                quoted.append(letter);
            }
        }
        return quoted.append('"').toString();
    }

    /** Reads JSON, which Lambda has made; what is none ends the program. */
    private static final class Reader {
        private final String text;
        private int at;

        Reader(String text) {
            this.text = text;
        }

        Object value() {
            switch (peek()) {
                case '{': {
                    Map<String, Object> map = new LinkedHashMap<>();
                    at++;
                    while (peek() != '}') {
                        String key = string();
                        expect(':');
                        map.put(key, value());
                        if (peek() == ',') at++;
                    }
                    at++;
                    return map;
                }
                case '[': {
                    List<Object> list = new ArrayList<>();
                    at++;
                    while (peek() != ']') {
                        list.add(value());
                        if (peek() == ',') at++;
                    }
                    at++;
                    return list;
                }
                case '"':
                    return string();
                default:
                    return word();
            }
        }

        private char peek() {
            while (Character.isWhitespace(text.charAt(at))) at++;
            return text.charAt(at);
        }

        private void expect(char letter) {
            if (peek() != letter) throw new IllegalArgumentException("no JSON at " + at);
            at++;
        }

        private Object word() {
            int start = at;
            while (at < text.length() && ",]} \t\r\n".indexOf(text.charAt(at)) < 0) at++;
            String word = text.substring(start, at);
            return switch (word) {
                case "true" -> true;
                case "false" -> false;
                case "null" -> null;
                default -> Double.valueOf(word);
            };
        }

        private String string() {
            expect('"');
            StringBuilder whole = new StringBuilder();
            while (text.charAt(at) != '"') {
                char letter = text.charAt(at++);
                if (letter != '\\') {
                    whole.append(letter);
                    continue;
                }
                char escaped = text.charAt(at++);
                switch (escaped) {
                    case 'b' -> whole.append('\b');
                    case 'f' -> whole.append('\f');
                    case 'n' -> whole.append('\n');
                    case 'r' -> whole.append('\r');
                    case 't' -> whole.append('\t');
                    case 'u' -> {
                        whole.append((char) Integer.parseInt(text.substring(at, at + 4), 16));
                        at += 4;
                    }
                    default -> whole.append(escaped);
                }
            }
            at++;
            return whole.toString();
        }
    }
}
