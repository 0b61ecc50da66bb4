package io.ztnio.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives each test of a class, or one test, a network of its own in memory, and its parameters what is on it: see {@link
 * ZeroTierExtension}.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@ExtendWith(ZeroTierExtension.class)
public @interface ZeroTierNetwork {
    /** Share of datagrams that are lost, 0 to 1. */
    double loss() default 0;

    /** How long each datagram travels, in milliseconds. */
    int delayMillis() default 0;

    /** How much longer at most, in milliseconds, equally spread; datagrams overtake each other then. */
    int jitterMillis() default 0;

    /** How time passes. */
    NetworkTime time() default NetworkTime.REAL;

    /** What loss and jitter follow from. */
    long seed() default 1;
}
