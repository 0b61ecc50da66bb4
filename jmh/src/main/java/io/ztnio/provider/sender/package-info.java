/** Benchmarks that need what is private to this package. */
package io.ztnio.provider.sender;
