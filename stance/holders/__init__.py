"""Who holds a stance: finds the words of a sentence that name them."""
