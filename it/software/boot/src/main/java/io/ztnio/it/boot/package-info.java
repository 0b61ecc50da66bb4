/** A small web application, as its users write it, with nothing of ztnio in it. */
package io.ztnio.it.boot;
