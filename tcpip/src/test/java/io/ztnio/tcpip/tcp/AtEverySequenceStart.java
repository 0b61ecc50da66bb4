package io.ztnio.tcpip.tcp;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.ClassTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs all tests of a class once for each {@linkplain SequenceStart#ofABuild() sequence start of a build}: every {@link ScriptedPeer} and {@link TwoStacks} that
 * they make starts there.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@ClassTemplate
@ExtendWith(SequenceStarts.class)
@interface AtEverySequenceStart {}
