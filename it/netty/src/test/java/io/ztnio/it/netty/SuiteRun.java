package io.ztnio.it.netty;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectPackage;

import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Runs a part of the suite and prints a line for each test, {@code RESULT status class.method display-name}, and for what does
 * not succeed why. Arguments: which part, from 0, of how many.
 */
public final class SuiteRun implements TestExecutionListener {
    private static final String SUITE = "io.netty.testsuite.transport.socket";

    private SuiteRun() {}

    public static void main(String[] arguments) {
        int part = Integer.parseInt(arguments[0]);
        int parts = Integer.parseInt(arguments[1]);
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectPackage(SUITE))
                .filters((PostDiscoveryFilter) test -> FilterResult.includedIf(isIn(test, part, parts)))
                .build();
        LauncherFactory.create().execute(request, new SuiteRun());
        System.out.println("END");
        // Netty's threads need not end.
        System.exit(0);
    }

    /** A class belongs to one part, with all of its tests. */
    private static boolean isIn(TestDescriptor test, int part, int parts) {
        String name = test.getSource()
                .map(source -> source instanceof ClassSource type
                        ? type.getClassName()
                        : source instanceof MethodSource method ? method.getClassName() : "")
                .orElse("");
        return Math.floorMod(name.hashCode(), parts) == part;
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (!test.isTest() && result.getStatus() == TestExecutionResult.Status.SUCCESSFUL) {
            return;
        }
        System.out.println("RESULT " + result.getStatus() + " " + name(test));
        result.getThrowable().ifPresent(reason -> {
            System.out.println("REASON " + reason.toString().lines().findFirst().orElse(""));
            reason.printStackTrace(System.out);
        });
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        System.out.println("RESULT SKIPPED " + name(test));
        System.out.println("REASON " + reason);
    }

    private static String name(TestIdentifier test) {
        return test.getSource()
                        .map(source -> source instanceof MethodSource method
                                ? method.getClassName().substring(SUITE.length() + 1) + "." + method.getMethodName()
                                : test.getLegacyReportingName())
                        .orElse("")
                + " "
                + test.getDisplayName().replace('\n', ' ').replaceAll("@\\p{XDigit}+", "");
    }
}
