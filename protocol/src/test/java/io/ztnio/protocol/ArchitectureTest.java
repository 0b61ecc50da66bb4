package io.ztnio.protocol;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTag;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.ztnio.protocol", importOptions = ImportOption.DoNotIncludeTests.class)
@ArchTag("any-jdk")
class ArchitectureTest {
    private static final String VL1 = "io.ztnio.protocol.vl1";

    /** Each room of VL1 knows those that come before it, and only the node knows who puts them together. */
    @ArchTest
    static final ArchRule roomsOfVl1StandInOrder = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("facade")
            .definedBy(VL1)
            .layer("path")
            .definedBy(VL1 + ".path")
            .layer("bond")
            .definedBy(VL1 + ".bond")
            .layer("peer")
            .definedBy(VL1 + ".peer")
            .layer("send")
            .definedBy(VL1 + ".send")
            .layer("root")
            .definedBy(VL1 + ".root")
            .layer("contact")
            .definedBy(VL1 + ".contact")
            .layer("receive")
            .definedBy(VL1 + ".receive")
            .layer("verb")
            .definedBy(VL1 + ".verb")
            .layer("assembly")
            .definedBy(VL1 + ".assembly")
            .layer("node")
            .definedBy("io.ztnio.protocol.node")
            .layer("networks")
            .definedBy("io.ztnio.protocol.network", "io.ztnio.protocol.controller")
            .whereLayer("path")
            .mayOnlyBeAccessedByLayers("bond", "peer", "send", "root", "contact", "receive", "verb", "assembly")
            .whereLayer("bond")
            .mayOnlyBeAccessedByLayers("peer", "send", "root", "contact", "receive", "verb", "assembly")
            .whereLayer("peer")
            .mayOnlyBeAccessedByLayers("send", "root", "contact", "receive", "verb", "assembly")
            .whereLayer("send")
            .mayOnlyBeAccessedByLayers("root", "contact", "receive", "verb", "assembly")
            .whereLayer("root")
            .mayOnlyBeAccessedByLayers("contact", "receive", "verb", "assembly")
            .whereLayer("contact")
            .mayOnlyBeAccessedByLayers("receive", "verb", "assembly")
            .whereLayer("receive")
            .mayOnlyBeAccessedByLayers("verb", "assembly")
            .whereLayer("verb")
            .mayOnlyBeAccessedByLayers("assembly")
            .whereLayer("assembly")
            .mayOnlyBeAccessedByLayers("node");
}
