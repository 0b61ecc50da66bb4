/** Thousands of connections for a long time, and what is left of them. */
package io.ztnio.provider.soak;
