"""What the doctor looks at, a module for each thing: each check says what it found, as codes and facts."""
