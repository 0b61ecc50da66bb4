package io.ztnio.tcpip.tcp;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterClassTemplateInvocationCallback;
import org.junit.jupiter.api.extension.BeforeClassTemplateInvocationCallback;
import org.junit.jupiter.api.extension.ClassTemplateInvocationContext;
import org.junit.jupiter.api.extension.ClassTemplateInvocationContextProvider;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Invokes a class once for each {@link SequenceStart}. Each thread has its own. */
final class SequenceStarts implements ClassTemplateInvocationContextProvider {
    private static final ThreadLocal<SequenceStart> CURRENT = ThreadLocal.withInitial(() -> SequenceStart.ORDINARY);

    /** Where connections start now. */
    static SequenceStart current() {
        return CURRENT.get();
    }

    /** Lets connections start elsewhere, for a test that runs through the starts itself. */
    static void set(SequenceStart start) {
        CURRENT.set(start);
    }

    @Override
    public boolean supportsClassTemplate(ExtensionContext context) {
        return true;
    }

    @Override
    public Stream<ClassTemplateInvocationContext> provideClassTemplateInvocationContexts(ExtensionContext context) {
        return SequenceStart.ofABuild().stream().map(Invocation::new);
    }

    private record Invocation(SequenceStart start)
            implements ClassTemplateInvocationContext,
                    BeforeClassTemplateInvocationCallback,
                    AfterClassTemplateInvocationCallback {
        @Override
        public String getDisplayName(int invocationIndex) {
            return start.name();
        }

        @Override
        public List<Extension> getAdditionalExtensions() {
            return List.of(this);
        }

        @Override
        public void beforeClassTemplateInvocation(ExtensionContext context) {
            set(start);
        }

        @Override
        public void afterClassTemplateInvocation(ExtensionContext context) {
            set(SequenceStart.ORDINARY);
        }
    }
}
