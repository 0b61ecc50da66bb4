package io.ztnio.provider.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;

/** What a stack answered to questions; addresses and ports by the names of what has them. */
final class Answers {
    private final List<String> lines = new ArrayList<>();
    private final List<String[]> names = new ArrayList<>();

    /** Asks a stack. */
    interface Question {
        void ask(TestedStack stack, Answers answers) throws Exception;
    }

    /** Asks for one thing. */
    interface Part {
        Object answer() throws Exception;
    }

    /** Asks the JDK, whose answers are right, and then {@code stack}. */
    static void asTheJdk(TestedStack stack, Question question) throws Exception {
        Answers right = new Answers();
        question.ask(TestedStack.JDK, right);
        Answers given = new Answers();
        question.ask(stack, given);
        assertThat(given.differencesTo(right, stack)).isEmpty();
    }

    /** Where these are not those of the JDK. */
    List<String> differencesTo(Answers right, Object stack) {
        assertThat(lines).hasSameSizeAs(right.lines);
        List<String> differences = new ArrayList<>();
        for (int i = 0; i < right.lines.size(); i++) {
            if (!lines.get(i).equals(right.lines.get(i))) {
                differences.add("the JDK: " + right.lines.get(i) + "; " + stack + ": " + lines.get(i));
            }
        }
        return differences;
    }

    void name(SocketAddress address, String name) {
        InetSocketAddress inet = (InetSocketAddress) address;
        names.add(new String[] {inet.toString(), name});
        // Only where there are two nodes the ends of a connection are on two hosts.
        names.add(new String[] {inet.getAddress().toString(), "a host of theirs"});
        names.add(new String[] {Integer.toString(inet.getPort()), name + "'s port"});
    }

    void add(String question, Part part) {
        String answer;
        try {
            answer = String.valueOf(part.answer());
        } catch (Exception e) {
            answer = failure(e);
        }
        for (String[] name : names) {
            if (answer.equals(name[0])) {
                answer = name[1];
            }
        }
        lines.add(question + " = " + answer);
    }

    /** As {@link #add} of an operation that fails so. */
    void addFailure(String question, Throwable failure) {
        lines.add(question + " = " + failure(failure));
    }

    private static String failure(Throwable failure) {
        return failure.getClass().getName() + ": " + failure.getMessage();
    }
}
