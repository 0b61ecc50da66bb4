/** Published servers, clients and drivers, unchanged, in JVMs of their own over two nodes. */
package io.ztnio.it.software;
