package io.ztnio.provider;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.ztnio", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule tcpipKnowsNobodyElse = noClasses()
            .that()
            .resideInAPackage("io.ztnio.tcpip..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.ztnio.protocol..", "io.ztnio.overlay..", "io.ztnio.provider..");

    @ArchTest
    static final ArchRule protocolKnowsNobodyElse = noClasses()
            .that()
            .resideInAPackage("io.ztnio.protocol..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.ztnio.tcpip..", "io.ztnio.overlay..", "io.ztnio.provider..");

    @ArchTest
    static final ArchRule selectorsKnowNoChannels = noClasses()
            .that()
            .resideInAnyPackage("io.ztnio.provider.selector..", "io.ztnio.provider.os..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.ztnio.provider.channel..", "io.ztnio.provider.runtime..");

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
            .resideInAnyPackage("io.ztnio.tcpip..", "io.ztnio.protocol..")
            .and()
            .resideOutsideOfPackage("io.ztnio.protocol.transport..")
            .should()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "currentTimeMillis");

    /** Packages depend one way: no two of them need each other. */
    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("io.ztnio.(*.*..)").should().beFreeOfCycles();
}
