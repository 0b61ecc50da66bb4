package com.example;

import io.ztnio.it.programs.Installed;
import java.io.IOException;

/** The program of the documentation's examples; see {@link Installed}. */
public final class App {
    private App() {}

    public static void main(String[] args) throws IOException {
        Installed.main(args);
    }
}
