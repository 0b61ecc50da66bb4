/**
 * The settings of this process: system properties {@code ztnio.*}, environment variables {@code ZTNIO_*} and a
 * properties file, validated once at start.
 *
 * <p>Thread: immutable values. Loading throws {@link io.ztnio.provider.config.ConfigException} with every problem
 * found, and nothing else.
 */
package io.ztnio.provider.config;
