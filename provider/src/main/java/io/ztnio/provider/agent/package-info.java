/**
 * {@code -javaagent:ztnio.jar}: the one flag that installs the provider, for programs whose class path is not ours to
 * change ({@code java -jar}). The JVM appends an agent's jar to the system class path, where the JDK looks for providers.
 *
 * <p>Thread: the one that starts the JVM, before {@code main}. What cannot be installed is logged and the program starts
 * without it; settings that are wrong end the JVM.
 */
package io.ztnio.provider.agent;
