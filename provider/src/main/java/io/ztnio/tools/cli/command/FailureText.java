package io.ztnio.tools.cli.command;

import io.ztnio.provider.config.ConfigException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** What went wrong, in a line for the person in front of the terminal. */
public final class FailureText {
    private FailureText() {}

    /** The line for a failure. Many of the JDK's file exceptions have nothing but the file's name for a message. */
    public static String of(Throwable failure) {
        if (failure instanceof CommandFailure || failure instanceof ConfigException) {
            return failure.getMessage();
        }
        if (failure instanceof UncheckedIOException unchecked) {
            return of(unchecked.getCause());
        }
        if (failure instanceof NoSuchFileException missing) {
            return "no such file: " + missing.getFile();
        }
        if (failure instanceof FileSystemException file) {
            return file.getFile() + ": " + reason(file);
        }
        if (failure instanceof UnresolvedAddressException) {
            return "unknown host";
        }
        if (failure instanceof IOException && failure.getMessage() != null) {
            return failure.getMessage();
        }
        return failure.toString();
    }

    private static String reason(FileSystemException failure) {
        if (failure instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (failure instanceof FileAlreadyExistsException) {
            return "exists already";
        }
        if (failure instanceof NotDirectoryException) {
            return "not a directory";
        }
        return failure.getReason() == null ? failure.getClass().getSimpleName() : failure.getReason();
    }

    /** The exception for an address that cannot be bound, which the operating system's own does not name. */
    public static IOException cannotBind(String what, InetSocketAddress address, IOException failure) {
        String text = what + " " + text(address) + ": " + of(failure);
        BindException named = new BindException(text);
        named.initCause(failure);
        return named;
    }

    /** {@code 127.0.0.1:80}, {@code [::1]:80}. */
    public static String text(InetSocketAddress address) {
        String host = address.isUnresolved()
                ? address.getHostString()
                : address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}
