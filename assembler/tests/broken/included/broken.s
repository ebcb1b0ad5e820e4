; A mistake in an included file is told in its place.
        add r1
