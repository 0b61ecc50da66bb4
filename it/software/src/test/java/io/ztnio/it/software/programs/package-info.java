/** Main classes of the programs that the tests start: what their users would write, with nothing of ztnio in it. */
package io.ztnio.it.software.programs;
