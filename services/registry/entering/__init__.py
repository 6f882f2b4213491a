"""Where clear text ends: what came in at the door is sealed here, and only then asked."""
