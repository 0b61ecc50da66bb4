package io.ztnio.provider;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTag;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.ztnio", importOptions = ImportOption.DoNotIncludeTests.class)
@ArchTag("any-jdk")
class ArchitectureTest {
    @ArchTest
    static final ArchRule tcpipKnowsNobodyElse = noClasses()
            .that()
            .resideInAPackage("io.ztnio.tcpip..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.ztnio.protocol..", "io.ztnio.overlay..", "io.ztnio.provider..", "io.ztnio.tools..");

    @ArchTest
    static final ArchRule protocolKnowsNobodyElse = noClasses()
            .that()
            .resideInAPackage("io.ztnio.protocol..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.ztnio.tcpip..", "io.ztnio.overlay..", "io.ztnio.provider..", "io.ztnio.tools..");

    /** Of the protocol it takes the files and the sockets only. */
    @ArchTest
    static final ArchRule overlayKnowsTheStackAndHowToStoreAndSend = noClasses()
            .that()
            .resideInAPackage("io.ztnio.overlay..")
            .should()
            .dependOnClassesThat(resideInAnyPackage("io.ztnio.provider..", "io.ztnio.tools..")
                    .or(resideInAPackage("io.ztnio.protocol..")
                            .and(resideOutsideOfPackages("io.ztnio.protocol.store", "io.ztnio.protocol.transport"))));

    @ArchTest
    static final ArchRule selectorsKnowNoChannels = noClasses()
            .that()
            .resideInAnyPackage("io.ztnio.provider.selector..", "io.ztnio.provider.os..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.ztnio.provider.channel..", "io.ztnio.provider.runtime..");

    /** Channels, selectors and the runtime work without the command line and the tunnels, and without what those need. */
    @ArchTest
    static final ArchRule providerKnowsNoTools = noClasses()
            .that()
            .resideInAPackage("io.ztnio.provider..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.ztnio.tools..", "picocli..");

    @ArchTest
    static final ArchRule tunnelsKnowNoCommandLine = noClasses()
            .that()
            .resideInAPackage("io.ztnio.tools.tunnel..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.ztnio.tools.cli..", "io.ztnio.provider.runtime..");

    /** Whatever runs a node can serve it. */
    @ArchTest
    static final ArchRule theLocalApiKnowsNoRuntime = noClasses()
            .that()
            .resideInAPackage("io.ztnio.provider.service..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.ztnio.provider", "io.ztnio.provider.runtime..", "io.ztnio.provider.instance..");

    /** Channels stand on it, and java.net's sockets can. */
    @ArchTest
    static final ArchRule theCoreOfBothStacksKnowsNoChannels = noClasses()
            .that()
            .resideInAPackage("io.ztnio.provider.dual..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.ztnio.provider", "io.ztnio.provider.channel..", "io.ztnio.provider.selector..");

    /** Both stand on the core, neither on the other. */
    @ArchTest
    static final ArchRule asynchronousChannelsKnowNoSelectors = noClasses()
            .that()
            .resideInAPackage("io.ztnio.provider.async..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.ztnio.provider", "io.ztnio.provider.channel..", "io.ztnio.provider.selector..");

    @ArchTest
    static final ArchRule noGrabBags = noClasses()
            .should()
            .haveSimpleNameEndingWith("Util")
            .orShould()
            .haveSimpleNameEndingWith("Utils")
            .orShould()
            .haveSimpleNameEndingWith("Helper")
            .orShould()
            .haveSimpleNameEndingWith("Manager");

    @ArchTest
    static final ArchRule coresReadNoClock = noClasses()
            .that()
            .resideInAnyPackage("io.ztnio.tcpip..", "io.ztnio.protocol..", "io.ztnio.overlay..")
            .and()
            .resideOutsideOfPackages(
                    "io.ztnio.protocol.transport..",
                    "io.ztnio.protocol.relay..",
                    "io.ztnio.tcpip.turn..",
                    "io.ztnio.overlay.socket..",
                    "io.ztnio.overlay.transport..",
                    "io.ztnio.overlay.runtime..")
            .should()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "currentTimeMillis");

    /** Packages depend one way: no two of them need each other. */
    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("io.ztnio.(*.*..)").should().beFreeOfCycles();
}
