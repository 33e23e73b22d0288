package org.emfuse.cli;

final class Main {
    private Main() {}

    @SuppressWarnings("SystemOut")
    public static void main(String[] args) {
        System.out.println(ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent());
    }
}
