package io.ztnio.tcpip;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTag;
import com.tngtech.archunit.junit.ArchTest;
import java.util.List;

@AnalyzeClasses(packages = "io.ztnio.tcpip", importOptions = ImportOption.DoNotIncludeTests.class)
@ArchTag("any-jdk")
class ArchitectureTest {
    private static final String TCP = "io.ztnio.tcpip.tcp";

    /** The lowest first. */
    private static final List<String> ROOMS_OF_TCP = List.of(
            TCP + ".segment",
            TCP + ".congestion",
            TCP + ".config",
            TCP + ".recovery",
            TCP + ".table",
            TCP + ".listen",
            TCP + ".connection",
            TCP);

    @ArchTest
    static void everyRoomOfTcpKnowsOnlyThoseBelow(JavaClasses classes) {
        for (int i = 0; i + 1 < ROOMS_OF_TCP.size(); i++) {
            String[] above = ROOMS_OF_TCP.subList(i + 1, ROOMS_OF_TCP.size()).toArray(new String[0]);
            noClasses()
                    .that()
                    .resideInAPackage(ROOMS_OF_TCP.get(i))
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(above)
                    .check(classes);
        }
    }

    /** There is no other. */
    @ArchTest
    static void tcpHasTheseRooms(JavaClasses classes) {
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOMS_OF_TCP.toArray(new String[0]))
                .should()
                .resideInAPackage(TCP + "..")
                .check(classes);
    }
}
