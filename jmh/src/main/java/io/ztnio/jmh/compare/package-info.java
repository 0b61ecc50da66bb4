/** What two runs of the benchmarks have in common, and what not. */
package io.ztnio.jmh.compare;
