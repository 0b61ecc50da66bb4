/** What the libraries within {@code ztnio.jar} find under the name of {@code java.util.logging}. */
package io.ztnio.shaded.logging;
